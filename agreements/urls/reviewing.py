"""Addresses of the reviewer's desk."""

from django.urls import path

from agreements.views import reviewing as views

urlpatterns = [
    path("pruefung/", views.QueuePage.as_view(), name="review-queue"),
    path("pruefung/zurueckgegeben/", views.ReturnedPage.as_view(), name="review-returned"),
    path("pruefung/zur-kenntnis/", views.InformedPage.as_view(), name="review-informed"),
    path("pruefung/<int:pk>/", views.ReviewPage.as_view(), name="review"),
    path("pruefung/<int:pk>/vorschau/", views.PreviewPage.as_view(), name="review-preview"),
    path("pruefung/vorschlaege/<int:pk>/", views.ProposalPage.as_view(), name="review-proposal"),
    path("pruefung/hinweise/<int:pk>/", views.RemarkPage.as_view(), name="review-remark"),
    path("pruefung/nachweise/<int:pk>/", views.ReleaseEvidence.as_view(), name="review-evidence"),
    path("pruefung/nachweise/<int:pk>/datei/", views.EvidenceFile.as_view(), name="review-evidence-file"),
]
