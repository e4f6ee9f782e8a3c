"""Measured figures on loopback: how close the crawl comes to bare tools that store and judge nothing."""
