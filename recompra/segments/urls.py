from django.urls import path

from recompra.segments import views

app_name = "segments"
urlpatterns = [path("", views.segments, name="list")]
