FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /srv/fieldmark

# The locked packages first: this layer is rebuilt only when the lock changes.
COPY requirements/app.txt requirements/app.txt
RUN pip install --require-hashes -r requirements/app.txt

COPY pyproject.toml LICENSE ./
COPY app/ app/
COPY scoring/ scoring/
COPY rubrics/ rubrics/
COPY static/ static/
RUN pip install --no-deps --no-build-isolation -e . \
    && useradd --system --create-home --home-dir /var/lib/fieldmark fieldmark

# The code belongs to root and is read only to the process that serves it.
USER fieldmark
# The database and the files; mount a volume here to keep them.
ENV FIELDMARK_DATA_DIR=/var/lib/fieldmark/data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["fieldmark", "serve", "--host", "0.0.0.0", "--port", "8000"]
