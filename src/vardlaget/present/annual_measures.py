"""What the annual report sets beside the year before, by subject."""

from vardlaget.indicators.annual import Measure

SUBJECTS: dict[str, tuple[Measure, ...]] = {
    "production": (
        Measure(percent="weighted_care_services_change_pct"),
        Measure("production.care_episodes", percent="care_episodes_change_pct"),
        Measure("production.care_days"),
        Measure("production.doctor_visits", percent="production.doctor_visits_change_pct"),
        Measure("production.other_visits", percent="production.other_visits_change_pct"),
        Measure("production.day_care"),
        Measure("production.vaccinations"),
        Measure("production.operations"),
        Measure("production.drg_points"),
        Measure("", "dental_visits_change", "dental_visits_change_pct"),
        Measure("", "dental_patients_change"),
    ),
    "capacity": (
        Measure("available_beds", "available_beds_change", "available_beds_change_pct"),
        Measure("decided_beds"),
        Measure("bed_occupancy", percent="bed_occupancy_change_pct"),
        Measure("mean_length_of_stay", percent="mean_length_of_stay_change_pct"),
        Measure("overcrowding_per_100"),
        Measure("displaced_per_100"),
        Measure("ready_for_discharge_share"),
    ),
    "access": (
        Measure("phone_same_day"),
        Measure("medical_assessment_3d"),
        Measure("first_visit_90d"),
        Measure("treatment_90d"),
        Measure("follow_up_on_time"),
        Measure("cap_first_visit_30d"),
        Measure("cap_assessment_30d"),
        Measure("cap_treatment_30d"),
    ),
    "workforce": (
        Measure("full_time_equivalents", "full_time_equivalents_change"),
        Measure("sick_leave"),
        Measure("sick_leave_short"),
        Measure("sick_leave_long"),
        Measure("staff_turnover"),
        Measure("worked_time.total_excluding_on_call"),
        Measure("worked_time.agency_staff"),
    ),
    "economy": (
        Measure("income.total_revenue", percent="revenue_change_pct"),
        Measure("income.total_costs", percent="gross_cost_development", cost=True),
        Measure(percent="net_cost_development"),
        Measure("income.staff_costs", percent="staff_cost_development", cost=True),
        Measure("income.medicines", percent="medicine_cost_change_pct", cost=True),
        Measure(percent="medical_supplies_cost_change_pct"),
        Measure(percent="travel_cost_change_pct"),
        Measure("agency_cost"),
        Measure(
            "out_of_county_care_cost",
            "out_of_county_care_cost_change",
            "out_of_county_care_cost_change_pct",
        ),
        Measure("income.agency_staff", cost=True),
        Measure("income.result"),
    ),
}
