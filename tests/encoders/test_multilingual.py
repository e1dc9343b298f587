from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.multilingual import (
    FOLDER,
    WEIGHTS_FILE,
    Student,
    TranslatingEncoder,
    translating_encoder,
)
from engine.encoders.work import WorkEncoder
from engine.errors import EncoderError
from engine.utils import resources

SHIPPED = resources.shipped("models") / FOLDER

TRANSLATIONS: Mapping[str, Mapping[str, str]] = {
    "Repair the brakes of trucks.": {
        "de": "Die Bremsen von Lastwagen reparieren.",
        "es": "Reparar los frenos de los camiones.",
        "fr": "Réparer les freins des camions.",
    },
    "Prepare meals for hospital patients.": {
        "de": "Mahlzeiten für Krankenhauspatienten zubereiten.",
        "es": "Preparar comidas para los pacientes del hospital.",
        "fr": "Préparer les repas des patients de l'hôpital.",
    },
    "Check invoices from suppliers and approve payments.": {
        "de": "Rechnungen von Lieferanten prüfen und Zahlungen freigeben.",
        "es": "Revisar las facturas de los proveedores y aprobar los pagos.",
        "fr": "Vérifier les factures des fournisseurs et approuver les paiements.",
    },
    "Teach children to read and write.": {
        "de": "Kindern das Lesen und Schreiben beibringen.",
        "es": "Enseñar a los niños a leer y escribir.",
        "fr": "Apprendre aux enfants à lire et à écrire.",
    },
    "Develop software and fix errors in the code.": {
        "de": "Software entwickeln und Fehler im Code beheben.",
        "es": "Desarrollar software y corregir errores en el código.",
        "fr": "Développer des logiciels et corriger les erreurs du code.",
    },
}
"""English sentence -> its translations."""


@pytest.fixture(scope="module")
def work() -> WorkEncoder:
    return WorkEncoder()


@pytest.fixture(scope="module")
def translating(work: WorkEncoder) -> TranslatingEncoder:
    found = translating_encoder(work.fingerprint)
    assert found is not None, "run scripts/training/distill_multilingual.py for this work encoder"
    return found


def test_a_translation_is_nearest_to_its_english_sentence(
    work: WorkEncoder, translating: TranslatingEncoder
) -> None:
    english = work.encode(list(TRANSLATIONS))
    for language in ("de", "es", "fr"):
        vectors = translating.encode([found[language] for found in TRANSLATIONS.values()])
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert (vectors @ english.T).argmax(axis=1).tolist() == list(range(len(TRANSLATIONS)))


def test_it_reads_the_content_that_careers_are_compared_by(work: WorkEncoder) -> None:
    content = translating_encoder(work.content.fingerprint)
    assert content is not None
    english = work.content.encode(list(TRANSLATIONS))
    vectors = content.encode([found["fr"] for found in TRANSLATIONS.values()])
    assert (vectors @ english.T).argmax(axis=1).tolist() == list(range(len(TRANSLATIONS)))


def test_what_ships_is_small_and_widens_intervals(translating: TranslatingEncoder) -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 16_000_000
    assert translating.languages >= {"de", "es", "fr"}
    assert all(1 < translating.error_factor(name) < 2 for name in translating.languages)


def test_other_encoders_have_no_student() -> None:
    assert translating_encoder("another fingerprint") is None


def test_no_text_and_odd_texts(translating: TranslatingEncoder) -> None:
    assert translating.encode([]).shape == (0, 384)
    odd = translating.encode(["", "12 345", "雪", "Straße " * 1_000])
    assert np.isfinite(odd).all()
    np.testing.assert_allclose(np.linalg.norm(odd, axis=1), 1, atol=1e-5)


def test_a_student_is_restored_exactly(tmp_path: Path) -> None:
    student = Student.read(SHIPPED)
    replace(student, error_factors={"de": 1.5}).write(tmp_path)
    found = Student.read(tmp_path)
    assert found.error_factors == {"de": 1.5}
    assert found.tokenize(["Rechnungen prüfen"])[0].tolist() == (
        student.tokenize(["Rechnungen prüfen"])[0].tolist()
    )
    texts = [text for found in TRANSLATIONS.values() for text in found.values()]
    name = next(iter(student.projections))
    before, after = (TranslatingEncoder(one, name) for one in (student, found))
    np.testing.assert_allclose(after.encode(texts), before.encode(texts), atol=5e-3)


def test_a_modified_student_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    shutil.copytree(SHIPPED, folder)
    with (folder / WEIGHTS_FILE).open("r+b") as stream:
        stream.seek(100_000)
        stream.write(b"damaged")
    with pytest.raises(EncoderError, match=r"student\.safetensors differs from the file that"):
        translating_encoder("any", folder)


def test_a_folder_without_a_student_reads_english(tmp_path: Path) -> None:
    assert translating_encoder("any", tmp_path) is None
