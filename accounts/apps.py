from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = "People and money"

    def ready(self) -> None:
        from . import sessions

        sessions.connect()
