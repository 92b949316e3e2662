from django.apps import AppConfig


class GenerationsConfig(AppConfig):
    name = "generations"
    label = "generations"
    verbose_name = "Generations"

    def ready(self) -> None:
        from accounts import reckoning
        from generations.spend import rollup
        from pixstudio import checks

        checks.register()
        reckoning.also(rollup.check)
