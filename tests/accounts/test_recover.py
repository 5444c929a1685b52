"""Who lost the password or the phone comes back in from the machine itself."""

from __future__ import annotations

import json

from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from recompra.accounts.models import AccessLog
from recompra.cli import cli
from tests.cast import Cast

NEW = "a quite new passphrase"


def test_otavio_sets_a_new_password_by_the_link_and_the_log_knows(cast: Cast) -> None:
    answer = CliRunner().invoke(cli, ["recover", "otavio@loja.example", "--json"])
    assert answer.exit_code == 0, answer.output
    client = Client()
    client.get(json.loads(answer.stdout)["path"])
    client.post(reverse("accounts:join"), {"password": NEW, "again": NEW})
    cast.otavio.refresh_from_db()
    assert cast.otavio.check_password(NEW)
    assert AccessLog.objects.filter(action="staff_new_password", staff=None).exists()


def test_a_stranger_gets_no_link(cast: Cast) -> None:
    answer = CliRunner().invoke(cli, ["recover", "carla@example.com"])
    assert (answer.exit_code, answer.stderr.strip()) == (1, "Ninguém com este e-mail trabalha aqui.")


def test_there_is_nothing_to_take_away_without_a_second_factor(cast: Cast) -> None:
    answer = CliRunner().invoke(cli, ["recover", "otavio@loja.example", "--second-factor"])
    assert (answer.exit_code, answer.stderr.strip()) == (1, "Esta pessoa não tem segundo fator.")
