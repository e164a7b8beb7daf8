"""Where the content security policy of the settings has to give way."""

# For pages of others (Swagger UI, the admin's jQuery) that build elements from strings.
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}
