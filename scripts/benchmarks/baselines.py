"""Other regressors to compare the engine with, on the same features and the same tasks."""

from __future__ import annotations

import numpy as np

from engine.evaluation.baselines import Baseline, Regressor


def _boosting() -> Regressor:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(learning_rate=0.05, min_samples_leaf=40, random_state=0)


def _network() -> Regressor:
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    network = MLPRegressor(hidden_layer_sizes=(32,), alpha=1.0, early_stopping=True, random_state=0)
    return make_pipeline(StandardScaler(), network)


def _ridge() -> Regressor:
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RidgeCV(np.logspace(0, 5, 11)))


def _gaussian_process() -> Regressor:
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import BayesianRidge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(), Nystroem(gamma=0.002, n_components=400, random_state=0), BayesianRidge()
    )


def _kernel_ridge() -> Regressor:
    from sklearn.kernel_ridge import KernelRidge

    return KernelRidge(kernel="rbf", gamma=2.0, alpha=1.0)


BASELINES = {
    "ridge": Baseline(_ridge),
    "boosting": Baseline(_boosting),
    "small network": Baseline(_network),
    "Gaussian process, Nyström": Baseline(_gaussian_process),
    "kernel ridge on the embedding": Baseline(_kernel_ridge, on_vectors=True),
}
