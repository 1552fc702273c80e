"""The application that holds the demo's commands and the checks over the whole house."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """`config` as a Django application."""

    name = "config"
    label = "config"
