"""Find trips between two places and offer them, priced and with the seats that are left. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from wayfare.contracts.catalogue.layout import Cabin
from wayfare.contracts.inventory.api import CountFree, InventoryApi, LegRequest
from wayfare.contracts.offers.api import ConditionStep, Offer, OfferLeg
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import Clock, day_number, local_time
from wayfare.services.offers.application.ports import Edition, Editions, RateSource
from wayfare.services.offers.domain.conditions import Families, find_steps, joint_code
from wayfare.services.offers.domain.exchange import Rates
from wayfare.services.offers.domain.paging import Page, parse_cursor, take_page
from wayfare.services.offers.domain.quotes import LegPrice, Proposal
from wayfare.services.offers.domain.sales import SalesRules
