"""Connected accounts and the forms that add them."""
