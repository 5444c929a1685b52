"""What a customer's page shows of the predictions: risk of loss, value, next purchase."""
