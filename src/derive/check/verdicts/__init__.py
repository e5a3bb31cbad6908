"""The verdict on one claim: equations, inequalities, printed digits."""
