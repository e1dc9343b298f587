import numpy as np

from engine.intake.title_profiles import title_profiles


def test_products_of_profiles_are_largest_with_themselves() -> None:
    titles = ["welder", "baker", "lawyer", "Schweißer"]
    profiles = title_profiles(titles)
    products = profiles @ profiles.T
    assert (products.argmax(axis=1) == np.arange(4)).all()
    assert products[0, 3] > products[0, 1:3].max()
