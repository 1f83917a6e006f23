create table if not exists account (id bigint primary key, owner varchar(40) not null, balance decimal(12, 2) not null);
create table if not exists stock (sku varchar(40) primary key, quantity int not null);
