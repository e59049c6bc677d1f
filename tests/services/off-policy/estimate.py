"""Values of a policy by the estimators of Open Bandit Pipeline, for a log that standard input holds as JSON.

Lists of one entry a place: reward, propensity, poll, position, and for each place the target's probability and the foretold
reward of each poll. Prints one JSON object: the value by name of the estimator, and the version of the package.
"""

import importlib
import json
import os
import sys
import types

import numpy as np
import obp


def estimators():
    """obp.ope.estimators, without what else obp.ope imports: its plots, and its learners, which need PyTorch.

    The estimators name torch.Tensor in their signatures and use it for tensors alone; here they are given arrays.
    """
    torch = types.ModuleType("torch")
    torch.Tensor = type("Tensor", (), {})
    sys.modules["torch"] = torch
    package = types.ModuleType("obp.ope")
    package.__path__ = [os.path.join(os.path.dirname(obp.__file__), "ope")]
    sys.modules["obp.ope"] = package
    return importlib.import_module("obp.ope.estimators")


def over_positions(by_poll, positions):
    """(places, polls) as the (places, polls, positions) that the package wants; each place reads its own position."""
    return np.repeat(np.array(by_poll)[:, :, np.newaxis], positions, axis=2)


def main():
    log = json.load(sys.stdin)
    ope = estimators()
    position = np.array(log["position"])
    positions = int(position.max()) + 1
    inputs = {
        "reward": np.array(log["reward"]),
        "action": np.array(log["poll"]),
        "pscore": np.array(log["propensity"]),
        "position": position,
        "action_dist": over_positions(log["target"], positions),
        "estimated_rewards_by_reg_model": over_positions(log["foretold"], positions),
    }
    by_name = {
        "ips": ope.InverseProbabilityWeighting(),
        "snips": ope.SelfNormalizedInverseProbabilityWeighting(),
        "dm": ope.DirectMethod(),
        "dr": ope.DoublyRobust(),
    }
    values = {name: float(each.estimate_policy_value(**inputs)) for name, each in by_name.items()}
    json.dump({"version": obp.__version__, "values": values}, sys.stdout)


if __name__ == "__main__":
    main()
