"""The tests: folders mirror the code; what belongs to the project as a whole is in test_project."""
