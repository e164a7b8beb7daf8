"""Every place that has something of a person is in the inventory, so that export and erasure forget none."""

from django.apps import apps
from django.db import models

from backend.accounts.models import User
from backend.privacy.inventory import ADDRESSES, RELATIONS


def test_every_relation_to_a_user_is_in_the_inventory() -> None:
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.model is User
    }
    assert set(RELATIONS) == found


def test_every_address_of_others_is_in_the_inventory() -> None:
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model is not User
        for field in model._meta.get_fields()
        if isinstance(field, models.EmailField)
    }
    assert set(ADDRESSES) == found


def test_what_is_kept_says_why() -> None:
    assert all(fate.exported for fate in RELATIONS.values())
    kept = {name for name, fate in RELATIONS.items() if fate.kept}
    assert {"chat.Message.sender", "chat.Participant.user"} <= kept
