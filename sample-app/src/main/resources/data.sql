insert into account (id, owner, balance) values (1, 'Anna', 100.00), (2, 'Ben', 50.00), (3, 'Cleo', 0.00);
insert into stock (sku, quantity) values ('lamp', 10), ('desk', 2), ('chair', 8), ('screw', 100);
