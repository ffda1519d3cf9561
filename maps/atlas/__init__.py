"""The map appendix on paper."""
