from anlan.science.common.compiled import warm_up


def test_every_compiled_kernel_is_warmed_and_then_starts_at_once() -> None:
    assert {"anlan.science.release.plume", "anlan.science.cyclone.wind"} <= set(warm_up())
    assert max(warm_up().values()) < 0.5
