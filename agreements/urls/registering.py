"""Addresses of registration: drafts, their steps, evidence."""

from django.urls import URLPattern, path

from agreements.steps import CHECK, STEPS
from agreements.views.registering import check, evidence, start, step

_PAGES = {one.slug: check.CheckPage if one is CHECK else step.StepPage for one in STEPS}

urlpatterns: list[URLPattern] = [
    path("meine/kooperationen/neu/", start.StartPage.as_view(), name="register"),
    path("meine/kooperationen/neu/wie/<int:pk>/", start.LikePage.as_view(), name="register-like"),
    path("meine/kooperationen/<int:pk>/", check.FirstOpenStep.as_view(), name="draft"),
    path("meine/kooperationen/<int:pk>/verwerfen/", check.DiscardPage.as_view(), name="draft-discard"),
    path("meine/kooperationen/<int:pk>/aehnlich/", check.SimilarPart.as_view(), name="draft-similar"),
    *(
        path(f"meine/kooperationen/<int:pk>/{slug}/", page.as_view(), {"step": slug}, name="draft-step")
        for slug, page in _PAGES.items()
    ),
    path("nachweise/<int:pk>/", evidence.EvidenceFile.as_view(), name="evidence"),
]
