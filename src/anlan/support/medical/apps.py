from django.apps import AppConfig


class MedicalConfig(AppConfig):
    name = "anlan.support.medical"
    verbose_name = "医疗救治"
