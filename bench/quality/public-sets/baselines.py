"""Baselines on public sets, in the protocols of `hunch evaluate --protocol ranking`, on the files that the scripts beside write.

    python baselines.py FOLDER [--models a,b,...] [--recall-denominator all|min] [--ours EVALUATION.json] [--grid]

FOLDER holds polls.csv, train.csv, test.csv and, for fold-in of unseen users, known.csv. Every poll outside a user's history is a
candidate. Prints a table in Markdown: recall@20 and NDCG@20 with standard errors (users as the unit), seconds of training
on one thread, and the peak memory of the process, which trains and scores one model and nothing else. --ours takes what
`hunch evaluate --json` wrote for the same files and adds the paired differences, ours less the baseline. --grid tries
the settings in GRIDS instead, on FOLDER/inner, which no figure is published on.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
for name in THREADS:
    os.environ[name] = "1"

import numpy as np  # noqa: E402
import scipy.sparse as sparse  # noqa: E402

LENGTH = 20
BLOCK = 512
# Above this a dense matrix of items by items does not fit.
MOST_DENSE_ITEMS = 12_000


class Popularity:
    """The number of votes."""

    def fit(self, votes):
        self.counts = np.asarray(votes.sum(axis=0)).ravel()

    def scores(self, histories):
        return np.tile(self.counts, (histories.shape[0], 1))


class ItemKnn:
    """Cosine of the voters of two polls, the nearest of each poll (Sarwar et al., 2001)."""

    def __init__(self, neighbours):
        self.neighbours = neighbours

    def fit(self, votes):
        lengths = np.sqrt(np.maximum(np.asarray(votes.sum(axis=0)).ravel(), 1))
        unit = (votes @ sparse.diags(1 / lengths)).tocsc()
        rows = []
        for start in range(0, votes.shape[1], BLOCK):
            cosines = (unit[:, start : start + BLOCK].T @ unit).tocsr()
            cosines.setdiag(0, k=start)
            rows.append(nearest(cosines, self.neighbours))
        self.cosines = sparse.vstack(rows).T.tocsr()

    def scores(self, histories):
        # A neighbour of the candidate counts, not a candidate that is a neighbour.
        return (histories @ self.cosines).toarray()


class Ease:
    """Ridge regression of each item on all others (Steck, 2019)."""

    def __init__(self, ridge):
        self.ridge = ridge

    def fit(self, votes):
        if votes.shape[1] > MOST_DENSE_ITEMS:
            raise NotFeasible(f"{votes.shape[1]} polls want {votes.shape[1] ** 2 * 16 / 1e9:.0f} GB")
        gram = (votes.T @ votes).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += self.ridge
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0)
        self.weights = weights.astype(np.float32)

    def scores(self, histories):
        return histories @ self.weights


class Implicit:
    """Weighted alternating least squares (Hu, Koren and Volinsky, 2008) of the package implicit."""

    def __init__(self, factors, regularization, alpha):
        self.settings = {"factors": factors, "regularization": regularization, "alpha": alpha}

    def fit(self, votes):
        from implicit.als import AlternatingLeastSquares

        self.model = AlternatingLeastSquares(
            **self.settings, iterations=15, num_threads=1, random_state=1, dtype=np.float32
        )
        self.model.fit(votes, show_progress=False)

    def scores(self, histories):
        users = self.model.recalculate_user(np.arange(histories.shape[0]), histories)
        return np.asarray(users) @ np.asarray(self.model.item_factors).T


class Irspack:
    """The same of the package irspack, its regularisation scaled by the counts (Rendle et al., 2021)."""

    def __init__(self, factors, regularization, alpha):
        self.settings = {"n_components": factors, "reg": regularization, "alpha0": alpha}

    def fit(self, votes):
        from irspack.recommenders import IALSRecommender

        self.model = IALSRecommender(votes, **self.settings, train_epochs=15, n_threads=1)
        self.model.learn()

    def scores(self, histories):
        return self.model.get_score_cold_user(histories)


class NotFeasible(Exception):
    pass


# Chosen by --grid on FOLDER/inner, by NDCG@20: see README.md.
SETTINGS = {
    "split": {
        "popularity": (Popularity, ()),
        "item-kNN": (ItemKnn, (200,)),
        "EASE": (Ease, (800,)),
        "implicit iALS": (Implicit, (128, 10, 20)),
        "irspack iALS": (Irspack, (128, 0.01, 0.01)),
    },
    "fold-in": {
        "popularity": (Popularity, ()),
        "item-kNN": (ItemKnn, (100,)),
        "EASE": (Ease, (800,)),
        "implicit iALS": (Implicit, (64, 1, 5)),
        "irspack iALS": (Irspack, (128, 0.01, 0.1)),
    },
}
GRIDS = {
    "split": {
        "item-kNN": [(50,), (100,), (200,)],
        "implicit iALS": [(128, r, a) for r in (0.1, 1, 10, 30) for a in (5, 20, 60)],
        "irspack iALS": [(128, r, a) for r in (0.001, 0.003, 0.01) for a in (0.01, 0.03, 0.1, 0.3)],
    },
    "fold-in": {
        "item-kNN": [(50,), (100,), (200,), (400,)],
        "EASE": [(r,) for r in (100, 200, 400, 800, 1600, 3200)],
        "implicit iALS": [(f, r, a) for f in (32, 64, 128) for r in (0.1, 1, 10) for a in (1, 5, 20)],
        "irspack iALS": [
            (f, r, a) for f in (32, 64, 128) for r in (0.001, 0.003, 0.01) for a in (0.03, 0.1, 0.3, 1)
        ],
    },
}


def nearest(matrix, count):
    """The `count` largest elements of each row."""
    for row in range(matrix.shape[0]):
        own = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        if len(own) > count:
            own[np.argpartition(-own, count)[count:]] = 0
    matrix.eliminate_zeros()
    return matrix


class Files:
    """Votes as sparse matrices of users by polls."""

    def __init__(self, folder):
        self.protocol = "fold-in" if os.path.exists(os.path.join(folder, "known.csv")) else "split"
        polls = [row["poll_id"] for row in read(folder, "polls")]
        places = {poll: place for place, poll in enumerate(polls)}
        train, test = pairs(folder, "train"), pairs(folder, "test")
        known = pairs(folder, "known") if self.protocol == "fold-in" else train
        self.users = list(dict.fromkeys(user for user, _ in test))
        self.train = matrix(train, list(dict.fromkeys(user for user, _ in train)), places)
        self.known = matrix(known, self.users, places)
        self.test = matrix(test, self.users, places)


def read(folder, name):
    with open(os.path.join(folder, f"{name}.csv"), newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def pairs(folder, name):
    return [(row["user_id"], row["poll_id"]) for row in read(folder, name)]


def matrix(votes, users, places):
    rows = {user: row for row, user in enumerate(users)}
    own = [(rows[user], places[poll]) for user, poll in votes if user in rows]
    row, column = np.array(own).T
    votes = sparse.csr_matrix(
        (np.ones(len(own), np.float32), (row, column)), shape=(len(users), len(places))
    )
    votes.data[:] = 1
    return votes


def best_polls(model, known):
    """The places of the first 20 for each user, best first; equal scores in the order of the catalogue."""
    lists = []
    for start in range(0, known.shape[0], BLOCK):
        histories = known[start : start + BLOCK]
        scores = np.array(model.scores(histories), dtype=np.float32)
        scores[histories.nonzero()] = -np.inf
        first = np.argpartition(-scores, LENGTH, axis=1)[:, :LENGTH]
        first.sort(axis=1)
        order = np.argsort(-np.take_along_axis(scores, first, axis=1), axis=1, kind="stable")
        lists.append(np.take_along_axis(first, order, axis=1))
    return np.concatenate(lists)


def measure(lists, test, denominator):
    """Recall@20 and NDCG@20 of each user."""
    users = np.repeat(np.arange(len(lists)), LENGTH)
    hits = np.asarray(test[users, lists.ravel()]).reshape(lists.shape) > 0
    sizes = np.diff(test.indptr)
    discounts = 1 / np.log2(np.arange(LENGTH) + 2)
    best = np.cumsum(discounts)[np.minimum(sizes, LENGTH) - 1]
    whole = np.minimum(sizes, LENGTH) if denominator == "min" else sizes
    return hits.sum(axis=1) / whole, hits @ discounts / best


def run_one(folder, name, settings, denominator):
    """One model, to be run in a process of its own: its peak memory is that of the process."""
    files = Files(folder)
    kind, own = SETTINGS[files.protocol][name]
    model = kind(*(settings or own))
    started = time.perf_counter()
    model.fit(files.train)
    seconds = time.perf_counter() - started
    recall, ndcg = measure(best_polls(model, files.known), files.test, denominator)
    return {
        "users": files.users,
        "recall": recall.tolist(),
        "ndcg": ndcg.tolist(),
        "seconds": seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_own_process(folder, name, settings, denominator):
    request = json.dumps([folder, name, settings, denominator])
    done = subprocess.run(
        [sys.executable, os.path.abspath(__file__), "--one", request], stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


def answer(request):
    """What `in_own_process` asked for, on standard output and nothing else: packages print their progress there."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        json.dump(run_one(*json.loads(request)), output)
    except NotFeasible as reason:
        json.dump({"reason": str(reason)}, output)
    output.close()


def shown(values):
    values = np.array(values)
    return f"{values.mean():.4f} ({values.std(ddof=1) / np.sqrt(len(values)):.4f})"


def read_ours(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    users, training = document["users"], document["training"]
    metrics = users["metrics"]
    return {
        "users": users["ids"],
        "recall": metrics["recall20"],
        "ndcg": metrics["ndcg20"],
        "seconds": training["seconds"],
        "peak": training["peakMegabytes"],
    }


def differences(ours, theirs):
    """Ours less theirs by user, of recall and of NDCG."""
    place = {user: at for at, user in enumerate(ours["users"])}
    if set(place) != set(theirs["users"]):
        raise SystemExit("--ours holds other users than the test of FOLDER.")
    for metric in ("recall", "ndcg"):
        yield [ours[metric][place[user]] - value for user, value in zip(theirs["users"], theirs[metric])]


def table(folder, names, denominator, ours_path):
    ours = read_ours(ours_path) if ours_path else None
    heads = ["model", "recall@20 (s.e.)", "NDCG@20 (s.e.)", "training s", "peak MB"]
    if ours:
        heads += ["ours − it, recall", "ours − it, NDCG"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    results = {name: in_own_process(folder, name, None, denominator) for name in names}
    if ours:
        results["ours"] = ours
    for name, result in results.items():
        if "reason" in result:
            cells = [f"not run: {result['reason']}"]
        else:
            cells = [shown(result["recall"]), shown(result["ndcg"])]
            cells += [f"{result['seconds']:.1f}", f"{result['peak']:.0f}"]
            if ours and name != "ours":
                cells += [shown(values) for values in differences(ours, result)]
        cells += [""] * (len(heads) - 1 - len(cells))
        print("| " + " | ".join([name, *cells]) + " |", flush=True)


def grid(folder, names, denominator):
    inner = os.path.join(folder, "inner")
    for name in names:
        for settings in GRIDS[Files(inner).protocol].get(name, []):
            result = in_own_process(inner, name, settings, denominator)
            print(name, settings, shown(result["recall"]), shown(result["ndcg"]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--models")
    parser.add_argument("--recall-denominator", choices=["all", "min"])
    parser.add_argument("--ours")
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    if flags.one:
        answer(flags.one)
        return
    if flags.folder is None:
        parser.error("wants FOLDER")
    protocol = "fold-in" if os.path.exists(os.path.join(flags.folder, "known.csv")) else "split"
    denominator = flags.recall_denominator or ("min" if protocol == "fold-in" else "all")
    names = flags.models.split(",") if flags.models else list(SETTINGS[protocol])
    unknown = set(names) - set(SETTINGS[protocol])
    if unknown:
        parser.error(f"knows no model {', '.join(sorted(unknown))}; has {', '.join(SETTINGS[protocol])}")
    if flags.grid:
        grid(flags.folder, names, denominator)
    else:
        table(flags.folder, names, denominator, flags.ours)


if __name__ == "__main__":
    main()
