import pytest

from foundation import audit
from foundation.models import AuditEvent, ChangedFact, Job
from tests.foundation.things import NOON


def make_job(key):
    return Job(key=key, kind="k", started_by="user:usr_x", total=1, started_at=NOON, changed_at=NOON)


@pytest.mark.django_db
def test_public_id_is_made_at_the_first_save_and_kept():
    job = make_job("one")

    assert job.public_id == ""
    job.save()
    first = job.public_id
    job.save()

    assert first.startswith("job_")
    assert Job.objects.get(pk=job.pk).public_id == first


@pytest.mark.django_db
def test_public_id_is_made_in_bulk_too():
    made = Job.objects.bulk_create([make_job("one"), make_job("two")])

    assert len({job.public_id for job in made}) == 2
    assert all(job.public_id.startswith("job_") for job in made)


@pytest.mark.django_db
def test_fact_is_neither_saved_again_nor_deleted():
    event = audit.record(actor="user:usr_x", action="tests.done", at=NOON)

    with pytest.raises(ChangedFact):
        event.save()
    with pytest.raises(ChangedFact):
        event.delete()
    assert AuditEvent.objects.count() == 1
