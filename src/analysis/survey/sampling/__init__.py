"""How were the firms drawn, and which samples could have been drawn instead?"""
