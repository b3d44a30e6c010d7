"""Addresses of cooperations coming in as a file: at the desk of a municipality, and at the reviewer's."""

from django.urls import URLPattern, path

from agreements.views import importing as views


def _pages(folder: str, name: str, *, at_review: bool) -> list[URLPattern]:
    template = views.TemplateFile.as_view(at_review=at_review)
    return [
        path(f"{folder}/import/", views.StartPage.as_view(at_review=at_review), name=f"{name}import"),
        path(f"{folder}/import/vorlage.csv", template, {"ending": "csv"}, name=f"{name}import-template"),
        path(f"{folder}/import/vorlage.xlsx", template, {"ending": "xlsx"}, name=f"{name}import-template-xlsx"),
        path(
            f"{folder}/import/<int:pk>/",
            views.PreviewPage.as_view(at_review=at_review),
            name=f"{name}import-preview",
        ),
        path(
            f"{folder}/import/<int:pk>/meldungen/",
            views.ReportFile.as_view(at_review=at_review),
            name=f"{name}import-report",
        ),
    ]


urlpatterns = [*_pages("meine", "", at_review=False), *_pages("pruefung", "review-", at_review=True)]
