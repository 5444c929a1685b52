from django.urls import path

from recompra.accounts import access, access_log, joining, opening, profile, team
from recompra.accounts.api_keys import views as keys

app_name = "accounts"
urlpatterns = [
    path("comecar/", opening.first_run, name="first_run"),
    path("convite/", joining.join, name="join"),
    path("convite/<str:token>/", joining.follow_link, name="follow_link"),
    path("conta/", profile.profile, name="profile"),
    path("conta/idioma/", profile.language, name="language"),
    path("equipe/", team.staff_list, name="staff"),
    path("equipe/convidar/", team.invite, name="invite"),
    path("equipe/segundo-fator/", team.second_factor_policy, name="second_factor_policy"),
    path("equipe/acessos/", access_log.access_log, name="access_log"),
    path("equipe/acessos/arquivo/", access_log.access_log_file, name="access_log_file"),
    path("equipe/chaves/", keys.api_keys, name="api_keys"),
    path("equipe/chaves/nova/", keys.new_api_key, name="new_api_key"),
    path("equipe/chaves/<int:pk>/revogar/", keys.revoke_api_key, name="revoke_api_key"),
    path("equipe/convites/<int:pk>/cancelar/", access.withdraw, name="withdraw"),
    path("equipe/<int:pk>/", team.colleague, name="colleague"),
    path("equipe/<int:pk>/nova-senha/", access.new_password, name="new_password"),
    path("equipe/<int:pk>/<slug:slug>/", access.act, name="act"),
]
