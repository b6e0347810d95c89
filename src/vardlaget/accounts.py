"""The accounts of the simplified income statement (förenklad resultaträkning), and their sums."""

# Financing from the region's own council: what the net cost is paid with, so no part of it.
FUNDING = "income.regional_funding"
REVENUE = (
    "income.patient_fees",
    "income.care_services",
    FUNDING,
    "income.sales_of_services",
    "income.other_revenue",
)
COSTS = (
    "income.staff_costs",
    "income.purchased_care",
    "income.medicines",
    "income.assistive_devices",
    "income.materials_and_services",
    "income.premises",
    "income.other_operating_costs",
)
# Parts ("varav") and the line that holds them.
PARTS = {
    "income.agency_staff": "income.staff_costs",
    "income.overtime": "income.staff_costs",
}
TOTAL_REVENUE, TOTAL_COSTS, RESULT = "income.total_revenue", "income.total_costs", "income.result"
SUMS = {
    TOTAL_REVENUE: REVENUE,
    TOTAL_COSTS: COSTS,
    RESULT: (TOTAL_REVENUE, TOTAL_COSTS),
}
ACCOUNTS = (*REVENUE, *COSTS, *PARTS)
# How the scenario of an observation begins that corrects a booked amount.
CORRECTION = "correction."
