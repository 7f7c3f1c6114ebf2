"""Monthly counts with a known truth: a level, a season, a dispersion, and one month like the next.

mean = level x season x disturbance, the disturbance log-normal and AR(1); the count Poisson about it.
`extra` is v: the variance of a month beyond Poisson on the root scale, dispersion phi = 1 + v. `rho`
is the latent correlation, of the disturbance; that of the counts is rho (phi - 1) / phi. Nothing ever
really changes, unless a factor is given for the latest months.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from xlperf.stats import level_designs, levels

Floats = npt.NDArray[np.float64]


class Truth(NamedTuple):
    """Many series; each array has one entry a series, `season` twelve factors of mean 1."""

    level: Floats
    extra: Floats
    rho: Floats
    season: Floats

    @property
    def observed_rho(self) -> Floats:
        return self.rho * self.extra / (1 + self.extra)

    def take(self, chosen: npt.NDArray[np.intp]) -> Truth:
        return Truth(*(part[chosen] for part in self))


def draw(
    rng: np.random.Generator, truth: Truth, months: int, *, latest: int = 0, factor: float = 1.0
) -> Floats:
    """Counts, shape (series, months); the `latest` months have their mean multiplied by `factor`.

    The last month has the same place in the year in each draw of a truth.
    """
    series = truth.level.size
    sigma = np.sqrt(np.log1p(truth.extra / truth.level))[:, None]
    wave = rng.standard_normal((series, months))
    for month in range(1, months):
        step = np.sqrt(1 - truth.rho**2) * wave[:, month]
        wave[:, month] = truth.rho * wave[:, month - 1] + step
    place = np.arange(-months, 0) % 12
    mean = truth.level[:, None] * truth.season[:, place] * np.exp(sigma * wave - sigma**2 / 2)
    if latest:
        mean[:, -latest:] *= factor
    return rng.poisson(mean).astype(np.float64)


def waves(rng: np.random.Generator, series: int, half_range: Floats | float) -> Floats:
    """A sine of twelve months with a random phase, as factors, shape (series, 12)."""
    phase = rng.uniform(0, 12, (series, 1))
    return 1 + np.broadcast_to(half_range, (series,))[:, None] * np.sin(
        2 * np.pi * (np.arange(12) + phase) / 12
    )


# -- series like those of London ---------------------------------------------------------------------

BANDS = (
    # share, level from, to, median of v, mean of v
    (0.26, 3, 30, 0.3, 0.6),
    (0.23, 30, 100, 1.1, 1.8),
    (0.35, 100, 400, 2.2, 3.6),
    (0.12, 400, 2000, 2.2, 5.8),
    (0.04, 2000, 8000, 7.7, 22.0),
)
"""By level a month, what five-year windows of London's offences look like, 2010 to 2019: boroughs and
the whole force, the error of estimation taken out."""
SEASON_SD = 0.04, 0.60
"""Median of the standard deviation of month factors, and the spread of its logarithm (upper tenth 9%)."""


def like_london(rng: np.random.Generator, series: int) -> Truth:
    """Series like London's, from the summary above: for use where the data are not at hand."""
    shares = np.array([band[0] for band in BANDS])
    band = rng.choice(len(BANDS), series, p=shares / shares.sum())
    low, high, median, mean = np.array([entry[1:] for entry in BANDS]).T[:, band]
    level = low * (high / low) ** rng.random(series)
    extra = median * np.exp(np.sqrt(2 * np.log(mean / median)) * rng.standard_normal(series))
    rho = rng.choice(levels.RHO, series, p=levels.PRIOR_POOLED) + rng.uniform(-0.05, 0.05, series)
    size = SEASON_SD[0] * np.exp(SEASON_SD[1] * rng.standard_normal(series))
    shape = waves(rng, series, 1.0) - 1
    shape += 0.6 * np.roll(np.repeat(rng.standard_normal((series, 6)), 2, axis=1), 1, axis=1)
    shape -= shape.mean(-1, keepdims=True)
    season = np.maximum(1 + size[:, None] * shape / shape.std(-1, keepdims=True), 0.1)
    extra = np.minimum(extra, 0.25 * level)
    return Truth(level, extra, np.clip(rho, 0.0, 0.9), season)


def fitted(rng: np.random.Generator, windows: Floats, series: int) -> Truth:
    """Series like given windows, shape (windows, 60): their levels, seasons, dispersions, correlations.

    How common each correlation and variance is, is found for each band of levels by maximum
    likelihood over all its windows together (expectation-maximisation), so the error of estimation of
    a single window does not widen it. Each series takes level and season from a window drawn, and
    correlation and variance from what fits that window.
    """
    months = windows.shape[1]
    times = tuple(range(months))
    design = level_designs.Design(
        times, tuple((months - 1 - time) // 12 for time in times), season=True
    )
    x, level = levels.root(windows), windows.mean(-1)
    flat = np.ones(levels.RHO.size) / levels.RHO.size
    likelihood = levels.weights(design, x, flat).reshape(len(windows), -1)
    band = np.searchsorted([entry[2] for entry in BANDS[:-1]], level)
    posterior = np.empty_like(likelihood)
    for kind in np.unique(band):
        rows = likelihood[band == kind]
        common = np.full(rows.shape[1], 1 / rows.shape[1])
        for _ in range(300):
            share = rows * common
            share /= share.sum(-1, keepdims=True)
            common = share.mean(0)
        posterior[band == kind] = share
    chosen = rng.integers(0, len(windows), series)
    point = (posterior[chosen].cumsum(-1) < rng.random((series, 1))).sum(-1)
    point = np.minimum(point, posterior.shape[1] - 1)
    place, size = np.divmod(point, levels.EXTRA.size)
    extra = levels.EXTRA[size] * 2 ** rng.uniform(-0.5, 0.5, series)
    rho = np.clip(levels.RHO[place] + rng.uniform(-0.05, 0.05, series), 0.0, 0.9)
    season = _seasons(windows, 1 + posterior @ np.tile(levels.EXTRA, levels.RHO.size))
    return Truth(level[chosen], np.minimum(extra, level[chosen]), rho, season[chosen])


def _seasons(windows: Floats, phi: Floats) -> Floats:
    """Month factors of each window, shrunk by their error, shape (windows, 12)."""
    years = windows.shape[1] // 12
    months = windows.reshape(len(windows), years, 12).mean(1)
    level = months.mean(-1, keepdims=True)
    effects = months / level - 1
    error = phi / level[:, 0] / years
    square = np.maximum((effects**2).sum(-1) / 11, 1e-12)
    return np.asarray(1 + effects * np.sqrt(np.maximum(0.0, 1 - error / square))[:, None])


# -- the grid ----------------------------------------------------------------------------------------

LEVELS = (1, 3, 10, 30, 100, 400, 1500, 5000)
DISPERSIONS = (1.0, 1.5, 2.0, 4.0, 8.0, 20.0)
CORRELATIONS = (0.0, 0.2, 0.4, 0.6, 0.75)
SEASONS = (0.0, 0.10, 0.25)
LARGEST_LATENT = 0.9


class GridCell(NamedTuple):
    level: float
    phi: float
    rho: float
    """Latent."""
    season: float

    def truth(self, rng: np.random.Generator, series: int) -> Truth:
        ones = np.ones(series)
        wave = waves(rng, series, self.season)
        return Truth(self.level * ones, (self.phi - 1) * ones, self.rho * ones, wave)


def grid() -> list[GridCell]:
    """Cells of the grid: level, dispersion and correlation crossed, season in turn; the coefficient of
    variation of the disturbance at most 50%."""
    found = []
    for level in LEVELS:
        for phi in DISPERSIONS:
            for observed in CORRELATIONS:
                if phi == 1.0 and observed:
                    continue
                latent = observed * phi / (phi - 1) if observed else 0.0
                if latent <= LARGEST_LATENT and phi - 1 <= 0.25 * level:
                    found.append(GridCell(level, phi, latent, SEASONS[len(found) % 3]))
    return found
