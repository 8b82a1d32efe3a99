/*!40101 SET NAMES utf8mb4 */;
SET FOREIGN_KEY_CHECKS = 0;
-- ----------------------------
DROP TABLE IF EXISTS `t_member`;
CREATE TABLE `t_member`  (
  `id` bigint(20) UNSIGNED NOT NULL AUTO_INCREMENT COMMENT '主键',
  `real_name` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL DEFAULT '' COMMENT '会员的''真''名',
  `level` enum('gold','it\'s') DEFAULT NULL COMMENT "等级, 1) 金",
  `key` varchar(10),
  balance decimal(10, 2) NOT NULL DEFAULT (0 + 1) COMMENT '余额',
  created datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`) USING BTREE,
  UNIQUE KEY `uk` (`real_name`(10)) COMMENT '索引',
  KEY idx_level (level),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `other` (`id`)
) ENGINE = InnoDB AUTO_INCREMENT = 7 COMMENT = '会员' ROW_FORMAT = Dynamic;
INSERT INTO `t_member` VALUES (1, 'create table x (a int);', ');', NULL);
create table shop.t_log (a int comment '甲', b int comment '乙'); # 日志
ALTER TABLE `t_member` ADD COLUMN `wx` varchar(30) NULL COMMENT '微信号' AFTER `id`, MODIFY COLUMN `key` varchar(20) COMMENT '键';
ALTER TABLE t_none ADD COLUMN x int;
CREATE TABLE t_copy LIKE t_member;
CREATE VIEW v AS SELECT 1;
FROBNICATE everything;
