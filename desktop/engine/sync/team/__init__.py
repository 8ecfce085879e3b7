"""What the team's feed brings and is told: facts, colleagues, what others learnt; and the pace of asking Intercom."""
