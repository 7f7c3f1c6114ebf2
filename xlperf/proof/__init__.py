"""The check of the numbers in a document: figures that cannot be, or that disagree with what stands
beside them, or with the tiles of a dashboard.

In: the bytes of a Word document, a PDF, a workbook or a text. Out: findings, each with its place,
its sentence, what is wrong and what would be right. A rule fires only where its numbers are clearly
tied to each other: in one sentence, one row or one table. What could not be read is said.
"""

from xlperf.proof.proof_findings import ProofFinding
from xlperf.proof.proofreading import ProofRead, proofread

__all__ = ["ProofFinding", "ProofRead", "proofread"]
