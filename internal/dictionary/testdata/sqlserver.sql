USE [hr]
GO
SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Employee](
	[Id] [int] IDENTITY(1,1) NOT NULL,
	[XM] [nvarchar](20) COLLATE Chinese_PRC_CI_AS NULL,
	[SFZ] [char](18) NULL,
	[index] [int] NULL,
 CONSTRAINT [PK_E] PRIMARY KEY CLUSTERED ([Id] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY]
) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
GO
CREATE TABLE dbo.Dept (Id int, Name nvarchar(max))
CREATE TABLE Post (Id int)
GO
ALTER TABLE [dbo].[Employee] WITH CHECK ADD CONSTRAINT [FK] FOREIGN KEY([Id]) REFERENCES [dbo].[Dept] ([Id])
GO
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'员工姓名' , @level0type=N'SCHEMA',@level0name=N'dbo', @level1type=N'TABLE',@level1name=N'Employee', @level2type=N'COLUMN',@level2name=N'XM'
GO
EXEC sp_addextendedproperty 'MS_Description', N'身份证', 'SCHEMA', N'dbo', 'TABLE', N'Employee', 'COLUMN', N'SFZ'
GO
IF ((SELECT COUNT(*) from fn_listextendedproperty('MS_Description', 'SCHEMA', N'dbo', 'TABLE', N'Employee', NULL, NULL)) > 0)
  EXEC sp_updateextendedproperty @name = N'MS_Description', @value = N'员工表'
, @level0type = 'SCHEMA', @level0name = N'dbo'
, @level1type = 'TABLE', @level1name = N'Employee'
ELSE
  EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'员工表'
, @level0type = 'SCHEMA', @level0name = N'dbo'
, @level1type = 'TABLE', @level1name = N'Employee'
GO
EXEC sp_addextendedproperty N'MS_Description', N'x', N'SCHEMA', N'dbo', N'TABLE', N'Nowhere', NULL, NULL
GO
