"""`KlaRecords`: one class for each kind of record of the KLA folder."""

from __future__ import annotations

from rba_audit.register.kla.documents import Documents
from rba_audit.register.kla.nomination_trails import NominationTrails
from rba_audit.register.kla.nominations import Nominations
from rba_audit.register.kla.packs import Packs
from rba_audit.register.kla.rehearsals import Rehearsals
from rba_audit.register.kla.requests import DocumentRequests
from rba_audit.register.kla.rounds import Rounds
from rba_audit.register.kla.scores import KlaScores
from rba_audit.register.kla.trainings import KhaRecords
from rba_audit.register.sqlite import Database


class KlaRecords:
    """The records of the KLA folder of a register. Thread-safe.

    Attributes:
        documents: All versions of all documents, with the decisions about them and their files.
        rehearsals: Rehearsals of a round: frozen copies of the folder with decisions of verifiers, and real outcomes.
        requests: Requests to agencies for one document each, with their links.
        rounds: Settings of each round, such as its dates.
        scores: Points of the city, settings for them, and results of earlier rounds.
        nominations, nomination_trails: Sites that are nominated in a round, and what happened to each since.
        trainings: Trainings on the rights of the child (KHA), and the people trained.
        packs: Evidence packs that were made, and to whom they went.
    """

    def __init__(self, database: Database) -> None:
        self.documents = Documents(database)
        self.rehearsals = Rehearsals(database)
        self.requests = DocumentRequests(database)
        self.rounds = Rounds(database)
        self.scores = KlaScores(database)
        self.nominations = Nominations(database)
        self.nomination_trails = NominationTrails(database)
        self.trainings = KhaRecords(database)
        self.packs = Packs(database)
