"""Addresses of questions across cooperations: deadlines, comparison, pictures."""

from django.urls import path

from agreements.views import browsing as views
from agreements.views import changes, gaps, network, partners

urlpatterns = [
    path("kooperationen/vergleich/", views.ComparePage.as_view(), name="compare"),
    path("kooperationen/vergleich/vergleich.csv", views.CompareFile.as_view(), {"form": "csv"}, name="compare-csv"),
    path("kooperationen/vergleich/vergleich.xlsx", views.CompareFile.as_view(), {"form": "xlsx"}, name="compare-xlsx"),
    path("aenderungen/", changes.ChangesPage.as_view(), name="changes"),
    path("aenderungen/aenderungen.csv", changes.ChangesFile.as_view(), {"form": "csv"}, name="changes-csv"),
    path("aenderungen/aenderungen.xlsx", changes.ChangesFile.as_view(), {"form": "xlsx"}, name="changes-xlsx"),
    path("aenderungen/feed.atom", changes.ChangesFeed.as_view(), name="changes-feed"),
    path("statistik/", views.StatisticsPage.as_view(), name="statistics"),
    path("statistik/<slug:chart>/", views.StatisticsPage.as_view(), name="chart"),
    path("statistik/<slug:chart>.csv", views.ChartCsv.as_view(), name="chart-csv"),
    path("statistik/<slug:chart>.svg", views.ChartSvg.as_view(), name="chart-svg"),
    path("netz/", network.NetworkPage.as_view(), name="network"),
    path("netz/netz.csv", network.NetworkCsv.as_view(), name="network-csv"),
    path("netz/netz.svg", network.NetworkSvg.as_view(), name="network-svg"),
    path("netz/luecken/", gaps.GapPage.as_view(), name="gaps"),
    path("netz/luecken/luecken.csv", gaps.GapCsv.as_view(), name="gaps-of-districts-csv"),
    path("netz/partner/", partners.PartnerPage.as_view(), name="partners"),
    path("netz/partner/luecken.csv", partners.GapCsv.as_view(), name="gaps-csv"),
    path("netz/partner/partner.csv", partners.PartnerCsv.as_view(), name="partners-csv"),
    path("fristen/", views.DeadlineListPage.as_view(), name="deadlines"),
    path("fristen/fristen.csv", views.DeadlineCsv.as_view(), name="deadlines-csv"),
    path("fristen/kalender.ics", views.DeadlineCalendar.as_view(), name="calendar"),
]
