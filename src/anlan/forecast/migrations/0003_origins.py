from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forecast", "0002_study_runs")]

    operations = [
        migrations.AddField(
            model_name="modelrun",
            name="origins",
            field=models.JSONField(blank=True, default=dict, verbose_name="参数的来源"),
        ),
    ]
