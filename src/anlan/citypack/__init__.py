"""City packs: a folder of open formats that defines a city, built and read without Django."""
