"""The addresses of a team's own pages, and of a person's."""

from django.urls import path

from . import own_tokens, security, sso, views

urlpatterns = [
    path("t/<slug:team>/team/", views.team, name="team"),
    path("t/<slug:team>/team/add/", views.member_add, name="member_add"),
    path("t/<slug:team>/team/budget/", views.team_budget, name="team_budget"),
    path("t/<slug:team>/team/alerts/", views.team_alerts, name="team_alerts"),
    path("t/<slug:team>/team/second-factor/", views.team_second_factor, name="team_second_factor"),
    path("t/<slug:team>/team/leave/", views.team_leave, name="team_leave"),
    path("t/<slug:team>/team/<int:member>/", views.member, name="member"),
    path("t/<slug:team>/team/<int:member>/role/", views.member_role, name="member_role"),
    path("t/<slug:team>/team/<int:member>/budget/", views.member_budget, name="member_budget"),
    path("t/<slug:team>/team/<int:member>/remove/", views.member_remove, name="member_remove"),
    path(
        "t/<slug:team>/team/<int:member>/hand-over/",
        views.member_hand_over,
        name="member_hand_over",
    ),
    path("t/<slug:team>/team/<int:member>/switch/", views.member_switch, name="member_switch"),
    path(
        "t/<slug:team>/team/tokens/<uuid:access>/revoke/",
        own_tokens.team_token_revoke,
        name="team_token_revoke",
    ),
    path("accounts/tokens/", own_tokens.tokens_list, name="tokens"),
    path("accounts/tokens/new/", own_tokens.token_new, name="token_new"),
    path("accounts/tokens/<uuid:access>/revoke/", own_tokens.token_revoke, name="token_revoke"),
    # In the place of allauth's page of the same name and address.
    path("accounts/email/", security.email, name="account_email"),
    path("accounts/oidc/<slug:provider_id>/login/", sso.sso_login, name="openid_connect_login"),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/",
        sso.sso_callback,
        name="openid_connect_callback",
    ),
    path("accounts/sessions/", security.sessions_list, name="sessions"),
    path("accounts/sessions/end-others/", security.sessions_end_others, name="sessions_end_others"),
    path("accounts/sessions/<int:session>/end/", security.session_end, name="session_end"),
]
