"""Create the table of tickets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The first release."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=500)),
                ('user', models.CharField(db_index=True, max_length=255)),
                ('login', models.CharField(max_length=255)),
                ('key', models.TextField()),
                ('login_expires', models.FloatField(null=True)),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
    ]
