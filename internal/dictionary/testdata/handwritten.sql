create table stu (
    sno char(10) primary key, -- 学号
    sname varchar(20) not null /* 姓名 */,
    a int, b int, -- 两列
    sex
);
create table broken (x int, y varchar(10
create table next_one (z int);
select 'not closed
from nothing;
