import pytest

from core.registry import DoublyRegistered, NotRegistered, Registry


def test_an_item_is_found_under_its_key():
    menu: Registry[str] = Registry("menu")
    menu.register("b", "second")
    menu.register("a", "first")

    assert menu.get("a") == "first"
    assert menu.find("c") is None
    assert list(menu.items()) == [("a", "first"), ("b", "second")]


def test_another_item_under_the_same_key_is_refused_and_remembered():
    menu: Registry[str] = Registry("menu")
    menu.register("a", "first")
    menu.register("a", "first")

    with pytest.raises(DoublyRegistered):
        menu.register("a", "other")

    assert menu.get("a") == "first"
    assert menu.doubles() == ["a"]


def test_what_is_expected_and_not_registered_is_missing():
    menu: Registry[str] = Registry("menu")
    menu.expect("a", "b")
    menu.register("a", "first")

    assert menu.missing() == ["b"]
    with pytest.raises(NotRegistered):
        menu.get("b")
