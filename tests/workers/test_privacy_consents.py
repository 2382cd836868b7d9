"""Consent is given to words of a version, once, and taking it back deletes what rested on it."""

from workers.models import Consent, SelfDescription
from workers.privacy import texts
from workers.privacy.texts import FAMILY_FACTS, TRANSFER, ConsentText
from workers.services.consents import consent_give, consent_of, consent_withdraw


def test_agreeing_twice_is_one_consent(li_na):
    first = consent_give(worker=li_na, purpose=FAMILY_FACTS)
    assert consent_give(worker=li_na, purpose=FAMILY_FACTS) == first
    assert Consent.objects.get() == first == consent_of(worker=li_na, purpose=FAMILY_FACTS)
    assert first.text_version == texts.text_in_force(FAMILY_FACTS).version


def test_taking_back_what_was_said_of_the_family_deletes_it_and_keeps_the_record(li_na):
    consent_give(worker=li_na, purpose=FAMILY_FACTS)
    said = SelfDescription.objects.create(worker=li_na, is_parent=True)
    said.children.create(born_from=2020, born_to=2023)
    assert consent_withdraw(worker=li_na, purpose=FAMILY_FACTS)
    assert not SelfDescription.objects.exists()
    assert Consent.objects.get().withdrawn_at is not None
    assert consent_of(worker=li_na, purpose=FAMILY_FACTS) is None
    assert not consent_withdraw(worker=li_na, purpose=FAMILY_FACTS)


def test_taking_back_one_purpose_leaves_the_other(li_na):
    consent_give(worker=li_na, purpose=TRANSFER)
    SelfDescription.objects.create(worker=li_na, is_parent=True)
    consent_give(worker=li_na, purpose=FAMILY_FACTS)
    consent_withdraw(worker=li_na, purpose=TRANSFER)
    assert consent_of(worker=li_na, purpose=FAMILY_FACTS)
    assert SelfDescription.objects.exists()


def test_a_consent_to_other_words_is_none_and_agreeing_anew_keeps_the_old_record(li_na):
    old = Consent.objects.create(
        worker=li_na, purpose=FAMILY_FACTS, text_version="2020-01", given_at="2020-01-01T00:00Z"
    )
    assert consent_of(worker=li_na, purpose=FAMILY_FACTS) is None
    new = consent_give(worker=li_na, purpose=FAMILY_FACTS)
    old.refresh_from_db()
    assert old.withdrawn_at is not None
    assert Consent.objects.get(withdrawn_at__isnull=True) == new


def test_no_two_texts_of_a_purpose_have_one_version():
    for of_purpose in texts.CONSENT_TEXTS.values():
        assert all(isinstance(text, ConsentText) and text.points for text in of_purpose)
        assert len({text.version for text in of_purpose}) == len(of_purpose)
