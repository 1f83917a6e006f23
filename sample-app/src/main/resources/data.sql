insert into account (id, owner, balance)
    select * from (values (1, 'Anna', 100.00), (2, 'Ben', 50.00), (3, 'Cleo', 0.00)) as fresh where not exists (select 1 from account);
insert into stock (sku, quantity)
    select * from (values ('lamp', 10), ('desk', 2), ('chair', 8), ('screw', 100)) as fresh where not exists (select 1 from stock);
insert into document (id, title, text, version)
    select * from (values (1, 'House rules', 'lamps are sold by the piece', 1), (2, 'Opening hours', 'from nine to five', 1), (3, 'Price list', 'a lamp is 20', 1)) as fresh where not exists (select 1 from document);
