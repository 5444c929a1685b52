"""A mask tells who knows the person enough to recognise them, and nobody enough to rebuild the datum."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recompra.accounts.masking import mask_birth, mask_cnpj, mask_cpf, mask_email, mask_phone, mask_rg

DIGITS = "0123456789"


@pytest.mark.parametrize(
    ("mask", "given", "shown"),
    [
        (mask_cpf, "12345678909", "•••.456.789-••"),
        (mask_cpf, "123", "•••••••••••"),
        (mask_cpf, None, ""),
        (mask_cnpj, "12ABC34501DE35", "••.ABC.345/••••-••"),
        (mask_cnpj, "", ""),
        (mask_rg, "123456789", "••••••89"),
        (mask_rg, "1234", "••••••••"),
        (mask_email, "ana.souza@exemplo.com.br", "a•••@exemplo.com.br"),
        (mask_email, "a@exemplo.com.br", "••••@exemplo.com.br"),
        (mask_email, "nothing", "••••"),
        (mask_email, None, ""),
        (mask_phone, "5541987654321", "(41) •••••-4321"),
        (mask_phone, "41987654321", "(41) •••••-4321"),
        (mask_phone, "4133334444", "(41) ••••-4444"),
        (mask_phone, "+1 202 555 0100 00", "••••••00"),
        (mask_phone, None, ""),
        (mask_birth, dt.date(1990, 3, 14), "••/03/••••"),
        (mask_birth, None, ""),
    ],
)
def test_each_mask_shows_what_its_description_says(mask, given, shown) -> None:
    assert mask(given) == shown


@given(st.text(DIGITS, min_size=11, max_size=11))
def test_five_digits_of_a_cpf_are_never_shown_check_digits_among_them(cpf: str) -> None:
    assert sum(character in DIGITS for character in mask_cpf(cpf)) == 6


@given(st.text(DIGITS, min_size=1, max_size=20))
def test_a_masked_phone_never_shows_more_than_area_and_last_four(digits: str) -> None:
    assert sum(character in DIGITS for character in mask_phone(digits)) <= 6


@given(st.emails())
def test_a_masked_email_shows_one_letter_of_the_name_at_most(email: str) -> None:
    name = email.rpartition("@")[0]
    assert mask_email(email).startswith(("••••@", f"{name[0]}•••@"))
