"""What people bring: job adverts, résumés, job titles and staff lists."""
