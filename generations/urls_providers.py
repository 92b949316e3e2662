"""Addresses of the provider pages, the providers' webhooks and the health check."""

from django.urls import path

from generations.views import health, hooks, prices, providers

_TEAM = "t/<slug:team>/providers/"
_ACCOUNT = f"{_TEAM}<uuid:account>/"

urlpatterns = [
    path(_TEAM, providers.providers, name="providers"),
    path(f"{_TEAM}add/", providers.provider_choose, name="provider_choose"),
    path(f"{_TEAM}add/<slug:provider>/", providers.provider_add, name="provider_add"),
    path(_ACCOUNT, providers.provider, name="provider"),
    path(f"{_ACCOUNT}edit/", providers.provider_edit, name="provider_edit"),
    path(f"{_ACCOUNT}test/", providers.provider_test, name="provider_test"),
    path(f"{_ACCOUNT}enable/", providers.provider_enable, name="provider_enable"),
    path(f"{_ACCOUNT}disable/", providers.provider_disable, name="provider_disable"),
    path(f"{_ACCOUNT}rates/add/", prices.rate_add, name="provider_rate_add"),
    path(f"{_ACCOUNT}prices/add/", prices.price_add, name="provider_price_add"),
    path(
        f"{_ACCOUNT}prices/<int:price>/withdraw/",
        prices.price_withdraw,
        name="provider_price_withdraw",
    ),
    path(f"{_ACCOUNT}ceiling/", prices.ceiling, name="provider_ceiling"),
    path("hooks/<uuid:account>/", hooks.hook, name="hook_registered"),
    path("hooks/<uuid:account>/<str:signed>/", hooks.hook, name="hook"),
    path("healthz", health.healthz, name="healthz"),
]
