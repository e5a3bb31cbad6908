"""Certifying a page before it is written: every step, every matrix form, every result."""

from __future__ import annotations

from dataclasses import replace

from derive.derivation import Certificate, Derivation
from derive.errors import VerificationError


def certified(derived: Derivation, *, check: bool, engine: str, seed: int) -> Derivation:
    """The page with its certificate; raises VerificationError where anything was not established."""
    if not check:
        return replace(derived, certificate=Certificate(checked=False))
    from derive.derivation.certify import certify
    from derive.notation.document.check import unfaithful

    derived = certify(derived, engine=engine, seed=seed)
    failures = (*derived.certificate.failures, *unfaithful(derived, "full"))  # type: ignore[union-attr]
    if failures:
        shown = "\n  ".join(failures[:5])
        more = f"\n  and {len(failures) - 5} more" if len(failures) > 5 else ""
        raise VerificationError(f"{_verdict(failures)}\n  {shown}{more}")
    return derived


def _verdict(failures: tuple[str, ...]) -> str:
    if any(": refuted, " in f for f in failures):
        return "verification failed, so nothing is printed. This is a bug of derive; please report it."
    return "not everything could be verified, so nothing is printed; --no-check prints it as it is."
