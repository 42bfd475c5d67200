"""The gate before the desktop: who comes in, how often they may try, and how long they were there."""
