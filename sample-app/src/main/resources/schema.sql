create table if not exists account (id bigint primary key, owner varchar(40) not null, balance decimal(12, 2) not null);
create table if not exists stock (sku varchar(40) primary key, quantity int not null);
create table if not exists document (id bigint primary key, title varchar(80) not null, text varchar(1000) not null, version bigint not null);
