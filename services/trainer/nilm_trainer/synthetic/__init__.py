"""Households that are made, for appliances that no metered house at hand has a meter on."""
