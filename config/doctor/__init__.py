"""`manage.py doctor`: looks at the live system, as the application's role, and says what is wrong in it.

Each module here is a group; each of its CHECKS looks at one thing and yields what it found (findings.py).
Nothing is changed by looking.
"""
